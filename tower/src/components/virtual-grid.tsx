import { useVirtualizer } from "@tanstack/react-virtual";
import { Check } from "lucide-react";
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Tick } from "./controls.tsx";

export type Column<Row> = {
  readonly id: string;
  readonly name: string;
  readonly show: (row: Row) => ReactNode;
};

const OVERSCAN = 8;
const PAGE_ROWS = 10;

/**
 * A list of any length of which only what is seen is drawn. One row has the focus: arrows, Page Up and Down, Home and End
 * move it, Enter opens it, Space chooses it, `j` and `k` do as the arrows. Screen readers are told the whole count.
 */
export function VirtualGrid<Row extends { readonly id: string }>({
  label,
  rows,
  columns,
  rowHeight,
  openId,
  chosen,
  onOpen,
  onChoose,
  labelOf,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowHeight: number;
  readonly openId: string | null;
  readonly chosen: ReadonlySet<string>;
  readonly onOpen: (row: Row) => void;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
  /** What the row is called when it is chosen. */
  readonly labelOf: (row: Row) => string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const hasFocus = useRef(false);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing compiles it: its functions are called while it renders only
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
  });
  const focused = Math.max(
    0,
    rows.findIndex(({ id }) => id === (focusedId ?? openId)),
  );
  const focusedRow = rows[focused];
  const items = virtual.getVirtualItems();
  // A row that was scrolled out of sight cannot be tabbed to: the first that is seen stands in.
  const tabStop = items.some(({ index }) => index === focused) ? focused : items[0]?.index;

  useLayoutEffect(() => {
    if (!hasFocus.current) return;
    place.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus();
  }, [focusedRow?.id]);

  const moveTo = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[to];
    if (row === undefined) return;
    hasFocus.current = true;
    virtual.scrollToIndex(to);
    setFocusedId(row.id);
  };
  const choose = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget && !isRow(event.target)) return;
    const step = STEPS[event.key]?.(focused, rows.length);
    if (step !== undefined) moveTo(step);
    else if (event.key === "Enter" && focusedRow !== undefined) onOpen(focusedRow);
    else if (event.key === " " && focusedRow !== undefined) choose(focusedRow.id);
    else return;
    event.preventDefault();
  };
  const ticked = rows.filter(({ id }) => chosen.has(id)).length;
  return (
    <div
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable
    >
      <div role="rowgroup" className="grid-head">
        <div role="row" aria-rowindex={1} className="grid-row">
          <div role="columnheader">
            <Tick
              label="All that are shown"
              state={ticked === 0 ? false : ticked === rows.length ? true : "some"}
              onChange={(isTicked) => {
                onChoose(new Set(isTicked ? rows.map(({ id }) => id) : []));
              }}
            />
          </div>
          {columns.map(({ id, name }) => (
            <div key={id} role="columnheader" className={`cell-${id}`}>
              {name}
            </div>
          ))}
        </div>
      </div>
      <div
        ref={place}
        className="grid-body"
        role="rowgroup"
        onKeyDown={pressed}
        onFocus={() => {
          hasFocus.current = true;
        }}
        onBlur={(event) => {
          if (event.relatedTarget !== null) hasFocus.current = false;
        }}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={chosen.has(row.id)}
                aria-current={row.id === openId ? "true" : undefined}
                tabIndex={index === tabStop ? 0 : -1}
                className="grid-row"
                style={{ transform: `translateY(${String(start)}px)`, height: rowHeight }}
                onClick={() => {
                  setFocusedId(row.id);
                  onOpen(row);
                }}
              >
                <div
                  role="gridcell"
                  className="cell-tick"
                  onClick={(event) => {
                    event.stopPropagation();
                    choose(row.id);
                  }}
                >
                  <span className="box" aria-hidden>
                    <Check size={12} />
                  </span>
                  <span className="hidden">{labelOf(row)}</span>
                </div>
                {columns.map(({ id, show }) => (
                  <div key={id} role="gridcell" className={`cell-${id}`}>
                    {show(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at) => at + 1,
  j: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  k: (at) => at - 1,
  PageDown: (at) => at + PAGE_ROWS,
  PageUp: (at) => at - PAGE_ROWS,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

function isRow(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.getAttribute("role") === "row";
}
