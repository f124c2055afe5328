import { useNow } from "../clock.ts";
import { duration, instant } from "./words.ts";

const MS_PER_SECOND = 1_000;

/** How long ago, and the exact instant when it is pointed at. */
export function Age({ since }: { readonly since: string }) {
  const now = useNow();
  return (
    <time dateTime={since} title={instant(since)}>
      {duration((now - Date.parse(since)) / MS_PER_SECOND)}
    </time>
  );
}

/** How long until, or since when it is over. */
export function Due({ at }: { readonly at: string }) {
  const now = useNow();
  const seconds = (Date.parse(at) - now) / MS_PER_SECOND;
  return (
    <time dateTime={at} title={instant(at)}>
      {seconds >= 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} over`}
    </time>
  );
}
