/** The start page's style: light and dark, from a phone's width on. */
export const STYLE = `
:root { --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --card: #ffffff; --page: #f4f6f8; --accent: #0a5dc2; --on-accent: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa5b1; --line: #30363d; --card: #161b22; --page: #0d1117; --accent: #6cb0ff; --on-accent: #0d1117; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0; font-size: 2rem; }
h2 { margin: 0 0 0.75rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1.05rem; }
p { margin: 0.25rem 0 0.75rem; }
.lead { font-size: 1.1rem; color: var(--soft); }
section { margin-top: 1.5rem; padding: 1.25rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
code, pre { font: 0.85rem/1.5 ui-monospace, monospace; }
.steps { margin: 1rem 0 0; padding-left: 1.5rem; }
.steps li { padding: 0 0 1.25rem 0.25rem; }
.steps li::marker { font-weight: 700; color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.button, button { display: inline-block; padding: 0.4rem 0.8rem; border: 1px solid var(--accent); border-radius: 6px; font: inherit; cursor: pointer; }
.button { background: var(--accent); color: var(--on-accent); text-decoration: none; }
button { background: var(--card); color: var(--accent); font-size: 0.85rem; padding: 0.2rem 0.6rem; }
details { margin-top: 0.25rem; }
summary { cursor: pointer; color: var(--soft); }
.copyable { position: relative; margin: 0.5rem 0; border: 1px solid var(--line); border-radius: 6px; }
.copyable button { position: absolute; top: 0.4rem; right: 0.4rem; }
pre { margin: 0; padding: 0.75rem; padding-top: 2.5rem; overflow-x: auto; max-height: 20rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
`;

/** Copies the text below a button. Where the clipboard is closed to the page the text is selected. */
export const CLIPBOARD_SCRIPT = `
document.addEventListener("click", async (event) => {
  if (!(event.target instanceof HTMLButtonElement)) return;
  const text = event.target.parentElement.querySelector("pre");
  try {
    await navigator.clipboard.writeText(text.textContent);
    event.target.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(text);
    event.target.textContent = "Selected";
  }
  setTimeout(() => { event.target.textContent = "Copy"; }, 1500);
});
`;
