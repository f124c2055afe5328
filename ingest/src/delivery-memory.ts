/**
 * Remembers which deliveries of notifications were taken, so that a repeat costs no call. It forgets with the
 * process, as the hints do that it stands for: what is in the book decides whether there is news.
 */
export interface DeliveryMemory {
  /** @returns whether the delivery is new; it is not the next time */
  take(deliveryId: string): boolean;
}

/** The deliveries of a burst and of the retries that follow it. */
export const MAX_REMEMBERED = 20_000;

export function createDeliveryMemory(maxRemembered = MAX_REMEMBERED): DeliveryMemory {
  /** Oldest first. */
  const taken = new Set<string>();
  return {
    take(deliveryId) {
      if (taken.has(deliveryId)) return false;
      taken.add(deliveryId);
      if (taken.size > maxRemembered) {
        for (const oldest of taken) {
          taken.delete(oldest);
          break;
        }
      }
      return true;
    },
  };
}
