import { useId, type ReactNode } from "react";

/** A card with a heading of its own; screen readers find it as a region. */
export function Panel({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note === undefined ? null : <div className="soft">{note}</div>}
      </header>
      {children}
    </section>
  );
}

/** What is shown where nothing is: what good looks like. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  );
}

/** Figures that are read at a glance. */
export function Stats({ children }: { readonly children: ReactNode }) {
  return <dl className="stats">{children}</dl>;
}

export function Stat({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <div className="stat">
      <dt>{name}</dt>
      <dd>{value}</dd>
      {note === undefined ? null : <dd className="note">{note}</dd>}
    </div>
  );
}

/** A part of a whole as a bar; the figures stand beside it, so that it is for the eye only. */
export function Meter({ part, tone }: { readonly part: number; readonly tone?: "warn" | "bad" }) {
  const percent = Math.max(0, Math.min(1, part)) * 100;
  return (
    <div className="meter" data-tone={tone} aria-hidden>
      <div style={{ width: `${percent.toFixed(1)}%` }} />
    </div>
  );
}
