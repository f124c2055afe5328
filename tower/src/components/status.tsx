import { CircleAlert, CircleCheck, CircleDashed, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export type Tone = "ok" | "warn" | "bad" | "info" | "idle";

const ICONS = {
  ok: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
  info: Info,
  idle: CircleDashed,
} as const;

/** How something stands: in a word, a shape and a colour. */
export function Status({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <span className="status" data-tone={tone}>
      <Icon size={13} aria-hidden />
      {children}
    </span>
  );
}
