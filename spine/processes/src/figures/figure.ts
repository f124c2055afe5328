import type { Ledger } from "@crossdock/ledger";

export const FIGURE_UNITS = ["COUNT", "SECONDS", "RATIO", "DAYS"] as const;
export type FigureUnit = (typeof FIGURE_UNITS)[number];

/** One figure of how the business ran. */
export type OperatingFigure = {
  /** Stable. */
  readonly name: string;
  readonly unit: FigureUnit;
  /** `null` when there was nothing to compute it from. */
  readonly value: number | null;
  /** How many orders, commands, lines … it is computed from. */
  readonly sample: number;
};

/** From `from` on and before `to`. */
export type Period = { readonly from: Date; readonly to: Date };

export type Db = Ledger["db"];

/** What a figure is computed from at most: the newest of the period. */
export const MAX_SAMPLE = 20_000;
export const MAX_FIGURE_DAYS = 92;

/** A figure of a database's row, whose numbers come as they are or as nothing. */
export function figure(
  name: string,
  unit: FigureUnit,
  value: number | string | null | undefined,
  sample: number | string | null | undefined,
): OperatingFigure {
  const count = Number(sample ?? 0);
  return { name, unit, sample: count, value: value == null ? null : Number(value) };
}

/** A part of a whole; `null` of nothing. */
export function ratio(name: string, part: number, whole: number): OperatingFigure {
  return figure(name, "RATIO", whole === 0 ? null : part / whole, whole);
}
