// Asks before something that cannot be undone.

import { h } from "./dom.js";

// Shows the question; the answer is whether the person said yes. `more` is what else is shown below the text.
export function confirm({ title, text, yes, more = null }) {
  return new Promise((answer) => {
    const dialog = h(
      "dialog",
      {
        class: "small-dialog",
        "aria-labelledby": "confirm-title",
        "aria-describedby": "confirm-text",
        onclose: () => (answer(dialog.returnValue === "yes"), dialog.remove()),
      },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "confirm-title" }, title),
        h("p", { id: "confirm-text", class: "file-name" }, text),
        more,
        h(
          "div",
          { class: "actions" },
          h("button", { type: "submit", value: "yes", class: "danger" }, yes),
          h("button", { type: "submit", value: "no", class: "quiet", autofocus: true }, "Cancel"),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
