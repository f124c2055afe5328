import type { ApolloClient } from "@apollo/client";
import { print } from "graphql";
import { createApolloClient, createApolloClientOverEvents } from "../clients/apollo-client.ts";
import { createEventSourceClient } from "../clients/graphql-sse.ts";
import { createLiveClient } from "../clients/graphql-ws.ts";
import type { SubscribingClient } from "../clients/resuming.ts";
import { createUrqlClient } from "../clients/urql.ts";
import {
  LiveOrdersDocument,
  PlaceOrderDocument,
  type LiveOrdersSubscription,
  type LiveOrdersSubscriptionVariables,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { openCuttableLink, type CuttableLink } from "../src/cuttable-link.ts";
import { anOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { RESTART_SPEED } from "../src/suites/restart.suite.ts";

const CUSTOMER = "C10010";
const PATH_MS = 60_000;
const LOOK_AGAIN_MS = 50;

type LiveOrder = LiveOrdersSubscription["orderChanged"];
/** Follows with one client library. @returns leaves and closes the client */
type Follow = (
  at: { readonly url: string; readonly token: () => Promise<string> },
  variables: LiveOrdersSubscriptionVariables,
  onEvent: (event: LiveOrder) => void,
) => () => void;

jest.setTimeout(150_000);

const CLIENTS: Readonly<Record<string, Follow>> = {
  "graphql-ws": ({ url, token }, variables, onEvent) => {
    const client = createLiveClient(url, token);
    const leave = subscribe(client, variables, onEvent);
    return () => {
      leave();
      void client.dispose();
    };
  },
  "graphql-sse": ({ url, token }, variables, onEvent) =>
    subscribe(createEventSourceClient(url, token), variables, onEvent),
  "Apollo Client over WebSocket": ({ url, token }, variables, onEvent) =>
    watch(createApolloClient(url, token), variables, onEvent),
  "Apollo Client over server-sent events": ({ url, token }, variables, onEvent) =>
    watch(createApolloClientOverEvents(url, token), variables, onEvent),
  urql: ({ url, token }, variables, onEvent) => {
    const { unsubscribe } = createUrqlClient(url, token)
      .subscription(LiveOrdersDocument, variables)
      .subscribe(({ data, error }) => {
        if (error !== undefined) throw error;
        if (data !== undefined) onEvent(data.orderChanged);
      });
    return unsubscribe;
  },
};

function subscribe(
  client: SubscribingClient,
  variables: LiveOrdersSubscriptionVariables,
  onEvent: (event: LiveOrder) => void,
): () => void {
  return client.subscribe(
    { query: print(LiveOrdersDocument), variables },
    {
      next: ({ data, errors }) => {
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        onEvent((data as LiveOrdersSubscription).orderChanged);
      },
      error: (cause) => {
        throw new Error("The subscription failed.", { cause });
      },
      complete: () => undefined,
    },
  );
}

function watch(
  client: ApolloClient,
  variables: LiveOrdersSubscriptionVariables,
  onEvent: (event: LiveOrder) => void,
): () => void {
  const subscription = client
    .subscribe({ query: LiveOrdersDocument, variables })
    .subscribe(({ data, error }) => {
      if (error !== undefined) throw error;
      if (data != null) onEvent(data.orderChanged);
    });
  return () => {
    subscription.unsubscribe();
    client.stop();
  };
}

let stack: Stack;
let link: CuttableLink;
let told: LiveOrder[];
const heard = new Map<string, LiveOrder[]>();

/** One order goes its way while the clients follow it: their network breaks, then the program is killed. */
beforeAll(async () => {
  stack = await startStack({ speed: RESTART_SPEED });
  link = await openCuttableLink(stack.url);
  const portal = await stack.token("portal", CUSTOMER);
  const input = anOrder(CUSTOMER);
  const { submitOrder } = await stack.ask(PlaceOrderDocument, { input }, portal);
  const variables = { orderIds: [submitOrder.order?.id ?? ""], after: submitOrder.cursor ?? null };
  const at = { url: link.url, token: () => Promise.resolve(portal) };
  const leaves = Object.entries(CLIENTS).map(([name, follow]) => {
    const events: LiveOrder[] = [];
    heard.set(name, events);
    return follow(at, variables, (event) => events.push(event));
  });

  await everyoneHasHeard("CONFIRMED");
  link.cut();
  await everyoneHasHeard("ALLOCATED");
  await stack.kill();
  await stack.start();
  await everyoneHasHeard("INVOICED");
  for (const leave of leaves) leave();
  const results = await collectUntil(
    stack.subscribe(LiveOrdersDocument, variables, portal),
    ({ orderChanged }) => orderChanged.type === "INVOICED",
    PATH_MS,
  );
  told = results.map(({ orderChanged }) => orderChanged);
});
afterAll(async () => {
  await link[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function everyoneHasHeard(type: LiveOrder["type"]): Promise<void> {
  const until = Date.now() + PATH_MS;
  const waiting = () =>
    [...heard].filter(([, events]) => !events.some((event) => event.type === type));
  while (waiting().length > 0) {
    if (Date.now() > until) throw new Error(`No ${type}: ${JSON.stringify(waiting())}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

test.each(Object.keys(CLIENTS))(
  "%s hears of each step once, over a broken network and a killed server",
  (name) => {
    const cursors = heard.get(name)?.map(({ cursor }) => cursor) ?? [];
    expect(cursors.slice(0, told.length)).toEqual(told.map(({ cursor }) => cursor));
    expect(new Set(cursors).size).toBe(cursors.length); // a delivery may have followed the bill
    expect(told.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["SUBMITTED", "CONFIRMED", "ALLOCATED", "SHIPPED", "INVOICED"]),
    );
  },
);

test.each(Object.keys(CLIENTS))(
  "%s is told with the bill what orders, inventory, shipments and billing know",
  (name) => {
    const billed = heard.get(name)?.find(({ type }) => type === "INVOICED")?.order;
    expect(billed).toMatchObject({
      number: expect.any(String),
      lines: [{ product: { name: expect.any(String) } }],
      shipments: [{ trackingNumber: expect.stringMatching(/\w{8,}/) }],
      invoices: [{ number: `${billed?.number ?? ""}-1`, balance: { amount: expect.any(String) } }],
    });
  },
);
