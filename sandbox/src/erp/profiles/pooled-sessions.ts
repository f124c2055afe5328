import type { ProfileBoard } from "../../kit/profiles.ts";
import { errorAnswer, ODataError } from "../odata/error.ts";
import type { ServiceAnswer } from "../service.ts";

/** One call in so many meets a bad session, and the pool throws that session away. */
const BAD_RATE = 0.2;
const CALLS_UNTIL_THE_NEXT = 3;
const OTHER_COMPANY = "00000000-0000-4000-a000-000000000002";
/** A filter by what names records: left behind in a session, it finds somebody else's. */
const KEY_FILTER =
  /\b(?:number|orderNumber|externalDocumentNumber|No|Item_No|Asset_No|Document_No) eq '/;
/** Sets of which one read of a key gives one record, or none. */
const RECORD_SETS: ReadonlySet<string> = new Set([
  "salesOrders",
  "salesInvoices",
  "CustomerCard",
  "ItemCard",
]);

/** One list that was asked for, alone or as a part of a batch. */
type Listed = {
  readonly url: string;
  readonly body: unknown;
  /** @param status of the part; the answer itself stays a 200 */
  replace(body: object, status?: number): void;
};

export interface PooledSessions {
  /**
   * Answers through one of the sessions.
   * @param call.operation as the call counter names it
   * @param call.urls what was asked for, in the order of the answer's parts
   */
  serve(
    call: {
      readonly operation: string;
      readonly urls: readonly string[];
      readonly isWrite: boolean;
      /** A planned fault is for this call: nothing is left to chance. */
      readonly isPlanned: boolean;
    },
    work: () => ServiceAnswer,
  ): ServiceAnswer;
}

/**
 * `dist-c`: a failure comes with status 200, and a session may still be in another company, hold the filter
 * of who used it before, or not see a record that is there. Half of the writes that it calls failed are done.
 */
export function createPooledSessions(profiles: ProfileBoard): PooledSessions {
  const earlier = new Map<string, readonly unknown[]>();
  let goodFor = 0;

  /** @returns whether this call meets a bad session */
  const isBad = (operation: string): boolean => {
    if (goodFor > 0) {
      goodFor -= 1;
      return false;
    }
    if (profiles.roll(`bad session ${operation}`) >= BAD_RATE) return false;
    goodFor = CALLS_UNTIL_THE_NEXT;
    profiles.noteDisturbed("dist-c");
    return true;
  };
  const spoil = ({ url, body, replace }: Listed): void => {
    const found = body as { readonly value?: readonly unknown[] } | undefined;
    const rows = found?.value;
    if (rows === undefined) return replace(failure());
    const kind = Math.floor(profiles.roll("bad session, kind") * 4);
    const isKeyed = KEY_FILTER.test(decodeURIComponent(url));
    const others = earlier.get(shapeOf(url)) ?? rows;
    if (kind === 0) {
      return replace(failure(), profiles.roll("bad session, status") < 0.5 ? 200 : 500);
    }
    if (kind === 1 && isKeyed && RECORD_SETS.has(setOf(url))) {
      return replace({ ...without(found, "@odata.nextLink"), value: [] });
    }
    if (kind === 2 && isKeyed && JSON.stringify(others) !== JSON.stringify(rows)) {
      return replace({ ...without(found, "@odata.nextLink"), value: others });
    }
    replace(asOtherCompany(found ?? {}));
  };
  const remember = ({ url, body }: Listed): void => {
    const rows = (body as { readonly value?: readonly unknown[] } | undefined)?.value;
    const isWorth = rows !== undefined && rows.length > 0;
    if (isWorth && KEY_FILTER.test(decodeURIComponent(url))) earlier.set(shapeOf(url), rows);
  };

  return {
    serve({ operation, urls, isWrite, isPlanned }, work) {
      if (!profiles.has("dist-c") || isPlanned) return work();
      const bad = isBad(operation);
      if (isWrite) {
        if (!bad) return work();
        const isDone = profiles.roll(`bad session, done ${operation}`) < 0.5;
        const answer = isDone ? work() : null;
        return { status: 200, headers: answer?.headers ?? {}, body: failure() };
      }
      const answer = work();
      const lists = listsOf(answer, urls);
      const victim = Math.floor(profiles.roll(`bad session, part ${operation}`) * lists.length);
      lists.forEach((list, at) => {
        if (bad && at === victim) spoil(list);
        else remember(list);
      });
      return answer;
    },
  };
}

/** The lists of an answer, whose bodies can be replaced in place. */
function listsOf(answer: ServiceAnswer, urls: readonly string[]): Listed[] {
  type Holder = { body?: unknown; status: number };
  const parts = (answer.body as { responses?: Holder[] } | undefined)?.responses;
  const whole = answer as Holder;
  return (parts ?? [whole]).map((holder, at) => ({
    url: urls[at] ?? "",
    body: holder.body,
    replace(body, status = 200) {
      holder.body = body;
      if (holder !== whole) holder.status = status;
    },
  }));
}

function failure(): object {
  const message = "The session could not complete the request.";
  return errorAnswer(new ODataError(200, "Internal_ServerError", message)).body as object;
}

/** Another company has the same numbers of records, and other figures in them. */
function asOtherCompany(body: object): object {
  const { value = [], ...rest } = body as { value?: readonly object[] };
  const context = `${String((rest as Record<string, unknown>)["@odata.context"])}`;
  return {
    ...rest,
    "@odata.context": context.replace(/companies\([^)]*\)/, `companies(${OTHER_COMPANY})`),
    value: value.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, field]: [string, unknown]) => [
          name,
          typeof field === "number" ? field * 2 + 1 : field,
        ]),
      ),
    ),
  };
}

function without(body: object | undefined, name: string): object {
  return Object.fromEntries(Object.entries(body ?? {}).filter(([key]) => key !== name));
}

/** `…/ItemCard?$filter=…` → `ItemCard` */
function setOf(url: string): string {
  return /([A-Za-z]+)$/.exec(url.split("?")[0] ?? "")?.[1] ?? "";
}

/** Lists of one shape: a left-over filter changes the rows of a list, never its columns. */
function shapeOf(url: string): string {
  const query = new URLSearchParams(url.split("?")[1] ?? "");
  return [setOf(url), query.get("$select"), query.get("$expand")].join(" ");
}
