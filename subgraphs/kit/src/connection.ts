import { InvalidValueError } from "@crossdock/domain";
import { z } from "zod";

export type Connection<Node> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Counted only when a client asks for it. */
  readonly totalCount: () => Promise<number | null> | number | null;
};

/** A row's own id in a cursor; the database takes no control characters. */
export const positionId = z.string().regex(/^\P{Cc}+$/u);
/** Where a row of one of our books stands in a list that is sorted by an instant. */
export const instantPosition = z.strictObject({ key: calendar(z.iso.datetime()), id: positionId });
/** The same, of a list that is sorted by a date. */
export const datePosition = z.strictObject({ key: calendar(z.iso.date()), id: positionId });

export const MAX_PAGE_ITEMS = 100;
/** What a list has beyond this is not counted: counting reads every row. */
export const MAX_TOTAL_COUNT = 10_000;
const MAX_CURSOR_CHARACTERS = 1_024;

/**
 * One page in the shape of the Relay connection specification.
 * @param page.rows each node with where it stands in the list, as plain data
 * @param page.after the cursor that the page was asked for with
 */
export function connectionOf<Node>(page: {
  readonly rows: readonly { readonly node: Node; readonly position: object }[];
  readonly hasNextPage: boolean;
  readonly after: string | null | undefined;
  readonly totalCount: Connection<Node>["totalCount"];
}): Connection<Node> {
  const edges = page.rows.map(({ node, position }) => ({ cursor: encodePosition(position), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.after !== null && page.after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: page.totalCount,
  };
}

/** @throws {InvalidValueError} when `first` is not 1 to `max`; not given is the SDL's default */
export function parseFirst(first: number | null | undefined, max = MAX_PAGE_ITEMS): number {
  if (!Number.isInteger(first) || Number(first) < 1 || Number(first) > max) {
    throw new InvalidValueError("first", first ?? null, `1 to ${String(max)}`);
  }
  return Number(first);
}

/**
 * @param count counts no further than what it is given
 * @returns how many there are; `null` when there are more than `MAX_TOTAL_COUNT`
 */
export async function boundedCount(
  count: (atMost: number) => Promise<number>,
): Promise<number | null> {
  const counted = await count(MAX_TOTAL_COUNT + 1);
  return counted > MAX_TOTAL_COUNT ? null : counted;
}

/** A position as text that a client hands back and does not read. */
export function encodePosition(position: object): string {
  return Buffer.from(JSON.stringify(position), "utf8").toString("base64url");
}

/**
 * @returns `null` when no cursor was given: the list's start
 * @throws {InvalidValueError} when `cursor` is not one that `encodePosition` made of such a position
 */
export function decodePosition<Position>(
  cursor: string | null | undefined,
  shape: z.ZodType<Position>,
): Position | null {
  if (cursor === null || cursor === undefined) return null;
  const parsed =
    cursor.length > MAX_CURSOR_CHARACTERS ? null : shape.safeParse(readJson(cursor)).data;
  if (parsed === null || parsed === undefined) {
    throw new InvalidValueError("after", cursor, "a cursor of this list");
  }
  return parsed;
}

/** The calendar has no year 0, and neither has the database. */
function calendar<Shape extends z.ZodString | z.ZodISODate | z.ZodISODateTime>(shape: Shape) {
  return shape.refine((text) => !text.startsWith("0000"));
}

function readJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
