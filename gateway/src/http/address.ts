import type { IncomingMessage } from "node:http";

/** From where a request comes, as far as that can be believed; `null` when nobody knows. */
export type AddressOf = (request: IncomingMessage) => string | null;

/** The other end of the connection: whoever it is, nothing that it says of itself is believed. */
export const peerAddressOf: AddressOf = ({ socket }) => socket.remoteAddress ?? null;
