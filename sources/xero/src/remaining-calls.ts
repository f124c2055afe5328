import { headerCount, type Headers, type RemainingCalls } from "@crossdock/source-http";

/** Every answer says what is left: of this organisation's minute and day, and of the application's minute over all of them. */
export function readRemaining(headers: Headers): RemainingCalls {
  const minutes = [
    headerCount(headers, "x-minlimit-remaining"),
    headerCount(headers, "x-appminlimit-remaining"),
  ].filter((count) => count !== null);
  return {
    now: minutes.length === 0 ? null : Math.min(...minutes),
    today: headerCount(headers, "x-daylimit-remaining"),
  };
}
