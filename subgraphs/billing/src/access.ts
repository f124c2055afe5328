import { maySee, type CustomerNumber, type Viewer } from "@crossdock/domain";

/**
 * The one gate of this subgraph: what belongs to an account that the viewer may not see reads like
 * what does not exist.
 */
export function visibleTo<Owned extends { readonly customerNumber: CustomerNumber }>(
  viewer: Viewer | null,
  owned: Owned | null,
): Owned | null {
  return owned !== null && viewer !== null && maySee(viewer, owned.customerNumber) ? owned : null;
}
