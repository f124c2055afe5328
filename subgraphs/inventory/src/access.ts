import { maySee, type CustomerNumber, type Viewer } from "@crossdock/domain";

/**
 * The one gate of this subgraph: a reservation of an account that the viewer may not see reads like
 * one that does not exist. Catalogue and stock are for everybody who is signed in.
 */
export function visibleTo<Owned extends { readonly customerNumber: CustomerNumber | null }>(
  viewer: Viewer | null,
  owned: Owned | null,
): Owned | null {
  if (viewer === null || owned === null) return null;
  const { customerNumber } = owned;
  const isVisible =
    customerNumber === null ? viewer.customers === "all" : maySee(viewer, customerNumber);
  return isVisible ? owned : null;
}
