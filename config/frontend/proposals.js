// Another purpose proposes another basis and other categories, as the server says in the form. Nothing is hidden.
const form = document.querySelector("form[data-proposals]");

if (form) {
  const proposals = JSON.parse(form.dataset.proposals);
  form.elements.purpose.addEventListener("change", (event) => {
    const proposed = proposals[event.target.value];
    for (const box of form.querySelectorAll("[name=basis]")) box.checked = box.value === proposed.basis;
    for (const box of form.querySelectorAll("[name=categories]")) box.checked = proposed.categories.includes(box.value);
  });
}
