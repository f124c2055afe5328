import type { SandboxClock } from "../../kit/clock.ts";
import type { WebhookSender } from "../../kit/webhooks.ts";
import type { Collection } from "../../kit/store.ts";
import type { ErpDatabase } from "../data/database.ts";
import { textOf, type Row } from "../data/row.ts";
import type { Change } from "../data/table.ts";
import { ERP_SETUP } from "../setup.ts";
import { NOTIFYING_SETS, type Subscriptions } from "./subscriptions.ts";

/** The service collects changes before it tells them, so that a busy record is told once. */
const WINDOW_MS = 30_000;
/** However fast the sandbox runs, some delay stays: a receiver must not count on none. */
const LEAST_WINDOW_MS = 200;
const RETRY_HOURS = [1 / 60, 5 / 60, 0.5, 1, 2, 4, 8, 20.4];
const MS_PER_HOUR = 3_600_000;

type Notification = {
  readonly subscriptionId: string;
  readonly clientState: string;
  readonly expirationDateTime: string;
  readonly resource: string;
  readonly changeType: string;
  readonly lastModifiedDateTime: string;
};

export interface Notifier {
  stop(): void;
}

type NotifierDeps = {
  readonly database: ErpDatabase;
  readonly subscriptions: Subscriptions;
  readonly webhooks: WebhookSender;
  readonly clock: SandboxClock;
  /** Changes not yet told; they survive a restart. */
  readonly pending: Collection<Change>;
  readonly collectionThreshold: number;
};

/** Tells subscribers what changed, after the window; the receivers' answers decide what follows. */
export function startNotifier(deps: NotifierDeps): Notifier {
  const { database, clock, pending } = deps;
  const windowMs = Math.max(LEAST_WINDOW_MS, clock.scaled(WINDOW_MS));
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const flush = () => {
    timer = null;
    const changes = [...pending.values()];
    for (const change of changes) pending.delete(keyOf(change));
    for (const [url, notifications] of byReceiver(deps, changes)) {
      deliver(deps, url, notifications);
    }
  };
  const schedule = () => {
    if (!stopped) timer ??= setTimeout(flush, windowMs);
  };
  database.onCommit((changes) => {
    for (const change of changes) {
      if (NOTIFYING_SETS.has(change.table)) pending.put(keyOf(change), merge(pending, change));
    }
    if (pending.size > 0) schedule();
  });
  if (pending.size > 0) schedule();
  return {
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

const keyOf = ({ table, id }: Change) => `${table}:${id}`;

/** A record that was made and changed in one window is told as made. */
function merge(pending: Collection<Change>, change: Change): Change {
  const earlier = pending.get(keyOf(change));
  const isNew = earlier?.changeType === "created" && change.changeType === "updated";
  return isNew ? { ...change, changeType: "created" } : change;
}

function byReceiver(
  { subscriptions, collectionThreshold }: NotifierDeps,
  changes: readonly Change[],
): Map<string, Notification[]> {
  const receivers = new Map<string, Notification[]>();
  for (const setName of new Set(changes.map(({ table }) => table))) {
    const ofSet = changes.filter(({ table }) => table === setName);
    for (const { fields } of subscriptions.live(setName)) {
      const url = textOf(fields, "notificationUrl");
      const notifications = receivers.get(url) ?? [];
      const told = notificationsFor(fields, setName, ofSet);
      const isFlood = told.length > collectionThreshold;
      notifications.push(...(isFlood ? [asCollection(told, setName)] : told));
      receivers.set(url, notifications);
    }
  }
  return receivers;
}

function notificationsFor(
  subscription: Row["fields"],
  setName: string,
  changes: readonly Change[],
): Notification[] {
  const set = `api/v2.0/companies(${ERP_SETUP.companyId})/${setName}`;
  const common = {
    subscriptionId: textOf(subscription, "subscriptionId"),
    clientState: textOf(subscription, "clientState"),
    expirationDateTime: textOf(subscription, "expirationDateTime"),
  };
  return changes.map(({ id, changeType, at }) => ({
    ...common,
    resource: `${set}(${id})`,
    changeType,
    lastModifiedDateTime: at,
  }));
}

/** One notification for all: read what changed since just before the first of them. */
function asCollection(notifications: readonly Notification[], setName: string): Notification {
  const times = notifications.map((one) => one.lastModifiedDateTime).sort();
  const [first = "", last = ""] = [times[0], times.at(-1)];
  const since = new Date(Date.parse(first) - 1).toISOString();
  const set = `/api/v2.0/companies(${ERP_SETUP.companyId})/${setName}`;
  const [any] = notifications;
  return {
    subscriptionId: any?.subscriptionId ?? "",
    clientState: any?.clientState ?? "",
    expirationDateTime: any?.expirationDateTime ?? "",
    resource: `${set}?$filter=lastModifiedDateTime%20gt%20${since}`,
    changeType: "collection",
    lastModifiedDateTime: last,
  };
}

function deliver(
  { database, webhooks, clock }: NotifierDeps,
  url: string,
  notifications: readonly Notification[],
): void {
  webhooks.send({
    source: "erp",
    topic: setOf(notifications[0]?.resource ?? ""),
    url,
    headers: () => ({}),
    body: JSON.stringify({ value: notifications }),
    // The service signs nothing: what it can prove itself by is the client state.
    tampered: JSON.stringify({
      value: notifications.map((one) => ({ ...one, clientState: "changed" })),
    }),
    retryDelaysMs: RETRY_HOURS.map((hours) => clock.scaled(hours * MS_PER_HOUR)),
    isFinal: (status) => !isRetried(status),
    onDone(status) {
      if (isRetried(status) || (status >= 200 && status < 300)) return;
      for (const { subscriptionId } of notifications) {
        if (database.subscriptions.get(subscriptionId) !== undefined) {
          database.subscriptions.delete(subscriptionId);
        }
      }
    },
  });
}

const isRetried = (status: number) =>
  status === 0 || status === 408 || status === 429 || status >= 500;

const setOf = (resource: string) => /\/(\w+)[(?]/.exec(resource)?.[1] ?? resource;
