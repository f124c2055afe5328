/** The last frame of a message, which is text. */
const WHOLE_TEXT = 0x81;
/** Lengths up to this stand in the second byte; above it, that byte says how many follow. */
const MAX_SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
const MAX_TWO_BYTES = 0xffff;

/**
 * A text as a server sends it over a WebSocket (RFC 6455, 5.2): one frame, not masked, not compressed. Header and text
 * are one buffer, so that they leave in one write, to as many sockets as there are.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = headerLength(length);
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = WHOLE_TEXT;
  if (length <= MAX_SHORT) frame[1] = length;
  else if (length <= MAX_TWO_BYTES) {
    frame[1] = TWO_BYTES;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = EIGHT_BYTES;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start);
  return frame;
}

function headerLength(length: number): number {
  if (length <= MAX_SHORT) return 2;
  return length <= MAX_TWO_BYTES ? 4 : 10;
}
