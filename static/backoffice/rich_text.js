"use strict";
// The editor over a description's textarea. The textarea keeps the HTML as it was until something is typed.
document.addEventListener("trix-before-initialize", () => {
  const blocks = Trix.config.blockAttributes;
  Object.assign(blocks.default, { tagName: "p", breakOnReturn: true });
  blocks.heading1.tagName = "h3"; // the product's title is the page's first heading
});
document.addEventListener("trix-file-accept", (event) => event.preventDefault());
document.addEventListener("trix-attachment-add", (event) => event.attachment.remove());

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-rich-text]").forEach(startEditor));

function startEditor(part) {
  const textarea = part.querySelector("textarea");
  const before = textarea.value;
  const toolbar = part.querySelector("template").content.firstElementChild.cloneNode(true);
  const id = part.dataset.richText;
  toolbar.id = `${id}-tools`;
  textarea.id = `${id}-html`;
  const editor = document.createElement("trix-editor");
  editor.id = id;
  editor.setAttribute("input", textarea.id);
  editor.setAttribute("toolbar", toolbar.id);
  editor.className = "bo-editor__text";
  editor.addEventListener("trix-initialize", () => (textarea.value = before), { once: true });
  textarea.hidden = true;
  part.append(toolbar, editor);
}
