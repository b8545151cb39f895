// Small comforts; every page works without them.
"use strict";

// A form is sent once, however often its button is pressed; coming back by the back button frees it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const once = form.hasAttribute("data-once") || event.submitter?.hasAttribute("data-once");
  if (!once || event.submitter?.hasAttribute("data-download")) return; // a file comes, and the page stays
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // what was sent is done: going back shows the empty form, and no question whether to send again
  if (form.hasAttribute("data-done")) history.replaceState(null, "", location.href);
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// Copy buttons are there only where a browser lets a page copy.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(field.value);
    field.select();
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 2000);
  });
}
for (const field of document.querySelectorAll(".copyable")) {
  field.addEventListener("focus", () => field.select());
}

// A file can be dropped on its field.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = document.getElementById(zone.dataset.drop);
  for (const name of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
}

// What was refused is read out and looked at first.
document.getElementById("mistakes")?.focus();
