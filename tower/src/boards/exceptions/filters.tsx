import { useMemo, type ReactNode } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { Choice, type Option } from "../../components/controls.tsx";
import { words } from "../../components/words.ts";
import type { ExceptionRow } from "../../live/exceptions.ts";
import { ORDERS, type Selection } from "./choose-rows.ts";

/** What is offered is what there is: a class of which nothing waits is no choice, but one that is chosen stays. */
export function Filters({
  rows,
  selection,
  onSelect,
  children,
}: {
  readonly rows: ReadonlyMap<string, ExceptionRow>;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly children: ReactNode;
}) {
  const there = useMemo(() => valuesOf(rows.values()), [rows]);
  const set = (part: Partial<Selection>) => {
    onSelect({ ...selection, ...part });
  };
  return (
    <div className="filters" role="search" aria-label="Exceptions">
      <SearchField
        className="field"
        value={selection.text}
        onChange={(text) => {
          set({ text });
        }}
      >
        <Label>Find (press /)</Label>
        <Input placeholder="Order, code, words of the summary" data-finds />
      </SearchField>
      {children}
      <Choice
        label="Class"
        options={anyOf("Any class", there.classes, selection.class)}
        value={selection.class}
        onChange={(value) => {
          set({ class: value });
        }}
      />
      <Choice
        label="Owner"
        options={anyOf("Any owner", there.owners, selection.owner)}
        value={selection.owner}
        onChange={(owner) => {
          set({ owner });
        }}
      />
      <Choice
        label="Code"
        options={anyOf("Any code", there.codes, selection.code)}
        value={selection.code}
        onChange={(code) => {
          set({ code });
        }}
      />
      <Choice
        label="Due"
        options={[
          { id: "", name: "Any time" },
          { id: "yes", name: "Overdue" },
        ]}
        value={selection.overdue}
        onChange={(overdue) => {
          set({ overdue });
        }}
      />
      <Choice
        label="Assigned to"
        options={[
          { id: "", name: "Anybody" },
          { id: "nobody", name: "Nobody" },
          ...there.assignees.map((name) => ({ id: name, name })),
        ]}
        value={selection.assignee}
        onChange={(assignee) => {
          set({ assignee });
        }}
      />
      <Choice
        label="Order by"
        options={ORDERS.map((id) => ({ id, name: ORDER_NAMES[id] }))}
        value={selection.sort}
        onChange={(id) => {
          set({ sort: ORDERS.find((each) => each === id) ?? "due" });
        }}
      />
    </div>
  );
}

const ORDER_NAMES = {
  due: "Due first",
  newest: "Newest",
  oldest: "Oldest",
  class: "Class",
} as const;

function anyOf(any: string, names: readonly string[], chosen: string): readonly Option[] {
  const offered = chosen === "" || names.includes(chosen) ? names : [...names, chosen];
  return [{ id: "", name: any }, ...offered.map((id) => ({ id, name: words(id) }))];
}

function valuesOf(rows: Iterable<ExceptionRow>) {
  const classes = new Set<string>();
  const owners = new Set<string>();
  const codes = new Set<string>();
  const assignees = new Set<string>();
  for (const row of rows) {
    if (row.class != null) classes.add(row.class);
    owners.add(row.owner);
    codes.add(row.code);
    if (row.assignee != null) assignees.add(row.assignee);
  }
  const sorted = (values: ReadonlySet<string>) => [...values].sort();
  return {
    classes: sorted(classes),
    owners: sorted(owners),
    codes: sorted(codes),
    assignees: sorted(assignees),
  };
}
