import { createStore } from "../store.ts";

/** The boards, in the order of the menu. */
export const BOARDS = [
  "flow",
  "exceptions",
  "sources",
  "partners",
  "reconciliation",
  "transaction",
] as const;
export type Board = (typeof BOARDS)[number];

/** Where in the page somebody is: all of it stands in the address, so that it can be sent to a colleague. */
export type Route = {
  readonly board: Board;
  /** The thing that is opened on the board: an exception, a run, an order; `null` when none is. */
  readonly id: string | null;
  /** Filters and the like. */
  readonly query: Readonly<Record<string, string>>;
};

const BASE = "/tower";

/** Where the address bar is. */
export const route = createStore<Route>(parseRoute(location.pathname, location.search));

addEventListener("popstate", () => {
  route.set(parseRoute(location.pathname, location.search));
});

/**
 * Goes there. What replaces leaves no step behind for the back button: a filter that is being typed.
 */
export function go(to: Route, how: "push" | "replace" = "push"): void {
  const address = addressOf(to);
  if (address === `${location.pathname}${location.search}`) return;
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  route.set(to);
}

/** The address of a place in the page. */
export function addressOf({ board, id, query }: Route): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  const text = search.toString();
  return `${BASE}/${board}${id === null ? "" : `/${encodeURIComponent(id)}`}${text === "" ? "" : `?${text}`}`;
}

/** What is no board is the first one. */
export function parseRoute(pathname: string, search: string): Route {
  const [, , named = "", id = ""] = pathname.split("/");
  const board = BOARDS.find((each) => each === named) ?? "flow";
  return {
    board,
    id: board !== named || id === "" ? null : decodeURIComponent(id),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}
