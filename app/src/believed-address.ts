import type { AddressOf } from "@crossdock/gateway";
import proxyAddress from "@fastify/proxy-addr";

/**
 * From where a client asks, when proxies of ours stand between: what they say in X-Forwarded-For is believed as far as the
 * first that is not ours.
 * @param trustedProxies addresses and networks; of none only the connection itself is believed
 */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const trusts = proxyAddress.compile([...trustedProxies]);
  return (request) => proxyAddress(request, trusts) ?? null;
}
