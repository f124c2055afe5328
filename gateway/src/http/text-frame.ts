import { Sender } from "ws";

declare module "ws" {
  /** Public and exported by ws, and missing in its types. */
  const Sender: { frame(data: Buffer, options: FrameOptions): readonly Buffer[] };
}

type FrameOptions = { readonly fin: boolean; readonly opcode: number; readonly readOnly: boolean };

/** A whole message of text (RFC 6455, 5.2). */
const WHOLE_TEXT: FrameOptions = { fin: true, opcode: 1, readOnly: true };

/**
 * A text as a server sends it over a WebSocket: one frame, not masked, not compressed. Header and text are one buffer, so
 * that they leave in one write, to as many sockets as there are.
 */
export function textFrame(text: string): Buffer {
  return Buffer.concat(Sender.frame(Buffer.from(text), WHOLE_TEXT));
}
