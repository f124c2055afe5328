/**
 * Whether an `Accept` header names a media type before it names JSON. Wildcards do not count: a
 * client that takes anything is a program and gets JSON.
 */
export function prefers(accept: string | undefined, mediaType: string): boolean {
  if (accept?.toLowerCase().includes(mediaType) !== true) return false;
  const names = accept.split(",").map((part) => part.split(";")[0]?.trim().toLowerCase());
  const wanted = names.indexOf(mediaType);
  const json = names.findIndex((name) => name?.endsWith("json") === true);
  return wanted >= 0 && (json < 0 || wanted < json);
}
