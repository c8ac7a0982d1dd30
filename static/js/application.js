import { Application } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import controllers from "controllers:all";
import { ask } from "./confirm.js";
import { install } from "./installed.js";
import { watchKeyboard } from "./keyboard.js";
import { listen } from "./live.js";

Turbo.config.forms.confirm = ask;
// A button that is switched off while its form is sent would lose the focus.
Turbo.config.forms.submitter = "aria-disabled";

const application = Application.start();
for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);

document.addEventListener("turbo:load", listen);
watchKeyboard();
install();
