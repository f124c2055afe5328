import type { Duplex } from "node:stream";
import type { WebSocket as ProtocolSocket } from "graphql-ws";
import type { WebSocket } from "ws";
import { ClientGoneError } from "../errors/gateway-errors.ts";
import { createRequestController } from "../execution/deadline.ts";
import type { Lender } from "../subscriptions/authority.ts";
import { cancelExpiry, expireAt } from "../subscriptions/expiry.ts";
import type { Expiring } from "../subscriptions/expiry.ts";

const FORBIDDEN = 4403;
/** After its token has ended a socket stays for its last messages. */
const LAST_MESSAGES_MS = 250;
const AS_TEXT = { binary: false } as const;

/** Of the request that opened a socket. */
export type OpenedBy = Pick<SocketConnection, "authorization" | "address">;

/**
 * One socket, as graphql-ws and as the engine need it. There are thousands of them, mostly idle: what few need
 * is made when it is asked for, and methods are shared where functions of its own would be kept for each.
 */
export class SocketConnection implements ProtocolSocket, Expiring {
  /** Of the upgrade request: browsers cannot send one, programs can. */
  readonly authorization: unknown;
  readonly address: string | null;
  readonly #socket: WebSocket;
  readonly #network: Duplex;
  readonly #roomBytes: number;
  #speaker: Lender | null = null;
  #receive: (text: string) => Promise<void> = () => Promise.resolve();
  #isClosed = false;
  #closing: AbortController | null = null;

  /**
   * @param network what the socket speaks over, without compression
   * @param roomBytes that are written before anybody waits for the client to take some
   */
  constructor(socket: WebSocket, network: Duplex, opened: OpenedBy, roomBytes: number) {
    this.#socket = socket;
    this.#network = network;
    this.authorization = opened.authorization;
    this.address = opened.address;
    this.#roomBytes = roomBytes;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Who speaks, from its `connection_init` on. */
  get speaker(): Lender | null {
    return this.#speaker;
  }

  /** @returns whether the socket may stay */
  introduce(speaker: Lender): boolean {
    if (this.#isClosed) return false;
    this.#speaker = speaker;
    if (speaker.viewer !== null) expireAt(speaker.viewer.expiresAt, this);
    return true;
  }

  /** Aborts when the socket is closed, by whomever. */
  get closed(): AbortSignal {
    this.#closing ??= createRequestController();
    if (this.#isClosed) this.#closing.abort(new ClientGoneError());
    return this.#closing.signal;
  }

  onMessage(receive: (text: string) => Promise<void>): void {
    this.#receive = receive;
  }

  /** @throws what is our fault */
  receive(text: string): Promise<void> {
    return this.#receive(text);
  }

  /** Resolves when the text has left for the network, or the client has. */
  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.send(text, AS_TEXT, () => {
        resolve();
      });
    });
  }

  /**
   * Writes one message, past graphql-ws and ws, which keeps nothing back that a frame could overtake. While little waits
   * to be written there is no need to hear when it has left. Nothing is written to who has left or is leaving.
   * @param frame see `textFrame`
   * @returns nothing while there is room for more; else resolves when there is, or the socket is closed
   */
  write(frame: Buffer): Promise<void> | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    const network = this.#network;
    if (network.writableLength + frame.length <= this.#roomBytes) {
      network.write(frame);
      return undefined;
    }
    return new Promise((resolve) => {
      network.write(frame, () => {
        resolve();
      });
    });
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  /** A client that sends and does not read would fill our memory with answers. */
  cutOffWhenFull(maxBytes: number): void {
    if (this.#socket.bufferedAmount > maxBytes) this.#socket.terminate();
  }

  /** The streams end by themselves at the same moment and say why; the socket follows them. */
  expire(): void {
    this.#closeAfterStreams("The token has expired");
  }

  /** Likewise, when nobody is believed by the token any more. */
  withdraw(): void {
    this.#closeAfterStreams("The credentials are no longer valid");
  }

  #closeAfterStreams(reason: string): void {
    setTimeout(() => {
      this.close(FORBIDDEN, reason);
    }, LAST_MESSAGES_MS);
  }

  /** The socket is closed. */
  hasClosed(): void {
    this.#isClosed = true;
    this.#closing?.abort(new ClientGoneError());
    const viewer = this.#speaker?.viewer ?? null;
    if (viewer !== null) cancelExpiry(viewer.expiresAt, this);
  }
}
