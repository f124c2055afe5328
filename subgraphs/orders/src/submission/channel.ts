import type { OrderChannel, Role } from "@crossdock/domain";

const CHANNELS: Readonly<Record<Role, OrderChannel>> = {
  portal: "PORTAL",
  mobile: "MOBILE",
  partner: "EDI",
  operator: "SALES_REP",
  carrier: "SALES_REP",
  finance: "SALES_REP",
};

/** By which channel an order comes in: what its sender's token is for, and nothing that the sender says. */
export function channelOf(role: Role): OrderChannel {
  return CHANNELS[role];
}
