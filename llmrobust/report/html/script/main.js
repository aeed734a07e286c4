// Light, dark, or the system setting.
const THEMES = ["auto", "light", "dark"];
const root = document.documentElement;
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const button = document.getElementById("theme");
let theme = "auto";
try { theme = localStorage.getItem("llmrobust-theme") || "auto"; } catch { /* storage may be off for files */ }
if (!THEMES.includes(theme)) theme = "auto";

const dress = () => {
  root.dataset.theme = theme === "auto" ? (darkSystem.matches ? "dark" : "light") : theme;
  button.textContent = `Theme: ${theme}`;
};
button.addEventListener("click", () => {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  try { localStorage.setItem("llmrobust-theme", theme); } catch { /* then it lasts as long as the page */ }
  dress();
});
darkSystem.addEventListener("change", dress);
button.hidden = false;
dress();

const start = async () => {
  const state = document.getElementById("explorer-state");
  if (!canUnpack()) {
    state.textContent = "This browser cannot unpack the cases (it has no DecompressionStream); one of 2023 or later can. Everything above is complete.";
    state.hidden = false;
    return;
  }
  const explorer = new Explorer(new Cases(await unpack("data-cases")));
  document.getElementById("data-cases").remove();
  document.getElementById("filters").hidden = false;
  document.getElementById("browser").hidden = false;
  explorer.fromAddress(location.hash.includes("="));
  root.dataset.ready = "yes";
};
start().catch((error) => {
  const state = document.getElementById("explorer-state");
  state.textContent = `The cases in this file cannot be read: ${error.message}`;
  state.hidden = false;
});
