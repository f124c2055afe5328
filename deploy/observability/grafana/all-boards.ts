import type { Board } from "./board.ts";
import { billing } from "./boards/billing.ts";
import { commands } from "./boards/commands.ts";
import { gateway } from "./boards/gateway.ts";
import { orderFlow } from "./boards/order-flow.ts";
import { overview } from "./boards/overview.ts";
import { partners } from "./boards/partners.ts";
import { sources } from "./boards/sources.ts";

export const allBoards: readonly Board[] = [
  overview,
  orderFlow,
  sources,
  gateway,
  commands,
  billing,
  partners,
];
