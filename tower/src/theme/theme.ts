import { createStore, type Store } from "../store.ts";

/** Dark or light; `system`: as the device says. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
/** What is drawn. */
export type Scheme = "light" | "dark";

const KEPT_AS = "crossdock.tower.theme";
const deviceIsDark = matchMedia("(prefers-color-scheme: dark)");

/** What the person chose; kept on this device. */
export const theme: Store<Theme> = createStore<Theme>(read());
/** What that comes to now. */
export const scheme: Store<Scheme> = createStore<Scheme>("light");

apply();
deviceIsDark.addEventListener("change", apply);

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEPT_AS, chosen);
  theme.set(chosen);
  apply();
}

function read(): Theme {
  const kept = localStorage.getItem(KEPT_AS);
  return THEMES.find((each) => each === kept) ?? "system";
}

function apply(): void {
  const chosen = theme.get();
  const drawn = chosen === "system" ? (deviceIsDark.matches ? "dark" : "light") : chosen;
  document.documentElement.dataset["theme"] = drawn;
  scheme.set(drawn);
}
