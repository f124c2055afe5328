import type { MouseEvent, ReactNode } from "react";
import { addressOf, go, type Route } from "../routing/route.ts";

/** A link within the page: opens in place, and in a tab of its own as any other link does. */
export function Link({
  to,
  isCurrent = false,
  children,
}: {
  readonly to: Route;
  readonly isCurrent?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <a
      href={addressOf(to)}
      aria-current={isCurrent ? "page" : undefined}
      onClick={(event) => {
        if (opensElsewhere(event)) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

function opensElsewhere({ metaKey, ctrlKey, shiftKey, altKey, button }: MouseEvent): boolean {
  return metaKey || ctrlKey || shiftKey || altKey || button !== 0;
}
