import { deliveredLinesOfPackage } from "@crossdock/domain";
import type { PackageResolvers } from "../../generated/resolvers.ts";

export const Package: PackageResolvers = {
  lines: (each) => deliveredLinesOfPackage(each.shipment, each),
  deliveredAt: ({ deliveredAt, shipment }) => deliveredAt ?? shipment.deliveredAt,
};
