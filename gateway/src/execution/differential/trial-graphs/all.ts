import { media } from "./media.ts";
import { nullableKeys } from "./nullable-keys.ts";
import { requirements } from "./requirements.ts";
import { sharedRoots } from "./shared-roots.ts";
import type { TrialGraph } from "./trial-graph.ts";
import { warehouse } from "./warehouse.ts";

/** What each of them is there for stands beside it. */
export const composeTrialGraphs = (): readonly TrialGraph[] => [
  media(),
  warehouse(),
  sharedRoots(),
  requirements(),
  nullableKeys(),
];
