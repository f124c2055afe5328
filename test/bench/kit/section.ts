/** One table of the bench: what was measured, in its own units, and what a reader has to know about it. */
export type Section = {
  readonly title: string;
  readonly columns: readonly string[];
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
};

/** As plain text: the title, the table with numbers to the right, the notes below it. */
export function renderSection({ title, columns, rows, notes }: Section): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_name, at) =>
    Math.max(...lines.map((cells) => (cells[at] ?? "").length)),
  );
  const table = lines.map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [title, ...table, ...notes.map((note) => `  ${note}`), ""].join("\n");
}
