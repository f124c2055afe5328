import type { World } from "@crossdock/sandbox";
import {
  createPortalMix,
  PORTAL_MIX,
  type PortalKind,
  type PortalLook,
} from "../erp/portal-mix.ts";

/** What is measured by itself, and last all of them together as portal users mix them. */
export const MEASURED = [
  "catalogue",
  "prices",
  "availability",
  "orders",
  "order",
  "invoices",
  "mix",
] as const;
export type Measured = (typeof MEASURED)[number];

/**
 * Looks of one kind, by accounts and with variables that vary as the mix draws them.
 * @param count of the looks; of the mix as many in all
 */
export function drawLooks(
  world: World,
  seed: number,
  kind: Measured,
  count: number,
): readonly PortalLook[] {
  const draw = createPortalMix(world, seed);
  const isWanted = (drawn: PortalKind) => kind === "mix" || drawn === kind;
  const looks: PortalLook[] = [];
  while (looks.length < count) {
    const look = draw();
    if (isWanted(look.kind)) looks.push(look);
  }
  return looks;
}

/** @throws {Error} one of them is never drawn */
export function refuseUnknownKind(raw: string): Measured {
  const known = MEASURED.find((kind) => kind === raw);
  if (known !== undefined) return known;
  const kinds = [...Object.keys(PORTAL_MIX), "mix"].join(", ");
  throw new Error(`--only names one of ${kinds}: ${raw}`);
}
