/**
 * What is there at once, or comes later: a request that has nothing to wait for is spared a promise for each step, which
 * each has a hook while an AsyncLocalStorage is in use.
 */
export type MayWait<T> = T | Promise<T>;

/** Goes on with what is given, at once where it is there. What `next` throws is then thrown at once, too. */
export function ifWaiting<T, Next>(
  given: MayWait<T>,
  next: (value: T) => MayWait<Next>,
): MayWait<Next> {
  return given instanceof Promise ? given.then(next) : next(given);
}
