// Starts the components. GOV.UK Frontend's usual inline snippet would break our Content-Security-Policy.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
