import type { EventStream } from "../subscriptions/event-streams.ts";
import type { StreamMessage, StreamSink } from "../subscriptions/stream-message.ts";
import type { SocketConnection } from "./socket-connection.ts";
import { textFrame } from "./text-frame.ts";

/** Under how many ids the bytes of one message are kept: clients that count have few, those that draw them many. */
const MAX_KEPT_FRAMES = 32;

type Done = IteratorReturnResult<undefined>;
const DONE: Done = { done: true, value: undefined };

/**
 * A subscription's place on a socket. Its messages are written past graphql-ws, which would make the JSON of a
 * result again for each subscriber. What graphql-ws iterates over has no results, and ends when the stream does.
 */
export class SocketStream implements StreamSink, AsyncIterableIterator<never, undefined> {
  readonly #connection: SocketConnection;
  readonly #id: string;
  readonly #ended: Promise<Done>;
  #resolveEnded: (done: Done) => void = () => undefined;
  #stream: EventStream | null = null;

  constructor(connection: SocketConnection, id: string) {
    this.#connection = connection;
    this.#id = id;
    this.#ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /** What is left when the client leaves. */
  serve(stream: EventStream): this {
    this.#stream = stream;
    return this;
  }

  write(message: StreamMessage): Promise<void> | undefined {
    return this.#connection.write(frameOf(message, this.#id));
  }

  end(): void {
    this.#resolveEnded(DONE);
  }

  breakOff(): void {
    // its socket is closed next
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Done> {
    return this.#ended;
  }

  return(): Promise<Done> {
    this.#stream?.leave();
    this.end();
    return Promise.resolve(DONE);
  }
}

/** A message goes to many sockets, and mostly under one id: its bytes are made once for each. */
function frameOf({ frames, json }: StreamMessage, id: string): Buffer {
  const frame =
    frames.get(id) ?? textFrame(`{"id":${JSON.stringify(id)},"type":"next","payload":${json}}`);
  if (frames.size < MAX_KEPT_FRAMES) frames.set(id, frame);
  return frame;
}
