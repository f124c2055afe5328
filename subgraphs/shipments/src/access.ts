import { maySee, type CustomerNumber, type Viewer } from "@crossdock/domain";

/**
 * The one gate of this subgraph: what belongs to an account that the viewer may not see reads like
 * what does not exist.
 * @param owner `null` while nobody knows whose it is: then only for those who may see everything
 */
export function isVisible(viewer: Viewer | null, owner: CustomerNumber | null): boolean {
  if (viewer === null) return false;
  return owner === null ? viewer.customers === "all" : maySee(viewer, owner);
}
