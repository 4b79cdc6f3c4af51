// Keeps on the server what is typed, at each pause, and nowhere in the browser. Without it there is "Save draft".
const form = document.querySelector("form[data-typing]");
const PAUSE = 1500;
const AGAIN = 5000;

if (form) {
  const said = document.querySelector("#kept");
  const outOfPlace = document.querySelector("#out-of-place");
  const found = !outOfPlace?.hidden;
  let waiting = null;
  let sending = null;
  let typed = false;
  let stopped = false;
  let leaving = false;

  const later = (pause) => {
    clearTimeout(waiting);
    if (!stopped) waiting = setTimeout(keep, pause);
  };

  const say = (words) => {
    if (said && said.textContent !== words) said.textContent = words;
  };

  const stop = (words) => {
    stopped = true;
    say(words);
  };

  const body = () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("once");
    return fields;
  };

  const send = async () => {
    const answer = await fetch(form.dataset.typing, { method: "POST", body: body(), redirect: "manual" });
    if (answer.status === 409) return stop((await answer.json()).why);
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      return stop("You are signed out. Copy what you typed since the draft was kept, sign in, and open the draft again.");
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const kept = await answer.json();
    form.elements.version.value = kept.version;
    if (outOfPlace && !found) outOfPlace.hidden = kept.out_of_place.length === 0;
    return say(`Draft kept at ${kept.at}`);
  };

  const keep = async () => {
    if (sending || !typed || stopped) return;
    typed = false;
    sending = send();
    try {
      await sending;
    } catch {
      typed = true;
      say("Not kept: there is no connection. It is tried again every few seconds.");
      later(AGAIN);
    }
    sending = null;
    if (typed) later(AGAIN);
  };

  // Whoever may be known already is looked for when something changed by which somebody is found.
  const FOUND_BY = /^(route_kind|route_value|name|aliases|date_of_birth|postcode)/;
  const known = document.querySelector("#known");
  const unsaid = { createHTML: (text) => text };
  const ours = window.trustedTypes?.createPolicy("front-door-known", unsaid) ?? unsaid; // our own server's words
  let looked = null;

  const look = async () => {
    const answer = await fetch(form.dataset.known, { method: "POST", body: body(), redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    known.innerHTML = ours.createHTML(await answer.text());
  };

  form.addEventListener("input", (event) => {
    typed = true;
    later(PAUSE);
    if (known && FOUND_BY.test(event.target.name)) {
      clearTimeout(looked);
      looked = setTimeout(() => look().catch(() => { known.textContent = "Nobody could be looked for just now. Press “Known already?” to try again."; }), PAUSE);
    }
  });

  // What is on its way changes the version that this form must carry.
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    leaving = true;
    if (!sending) return;
    event.preventDefault();
    await sending.catch(() => {});
    form.requestSubmit(event.submitter);
  });

  window.addEventListener("online", () => later(0));
  window.addEventListener("beforeunload", (event) => {
    if (typed && !leaving) event.preventDefault();
  });
}
