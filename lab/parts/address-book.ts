import { connect } from 'node:net';
import type { LookupFunction, Socket } from 'node:net';
import { systemError } from './errors.ts';

/** Where a packet to an address ends: at a loopback port, refused, or nowhere (it hangs). */
type Route = number | 'refused' | 'blackhole';

/** An address and port as the drill's inhabitants know them. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * The drill's network. Regions live at documentation addresses (192.0.2.0/24, 198.51.100.0/24,
 * 203.0.113.0/24), to which nothing is ever sent: the book says which loopback port stands for
 * each. An address that is not in the book refuses. Sockets that are already connected stay as
 * they are when a route changes.
 */
export interface AddressBook {
  /** Sets the route of an address and port. */
  set(endpoint: Endpoint, route: Route): void;
  /** The route as it is now. */
  routeOf(endpoint: Endpoint): Route;
  /** Connects, like `net.connect`: the answer is a socket that is still connecting. */
  readonly dial: (endpoint: Endpoint) => Socket;
}

/** Opens an empty book. */
export function createAddressBook(): AddressBook {
  const routes = new Map<string, Route>();
  const routeOf = ({ host, port }: Endpoint) => routes.get(`${host}:${port}`) ?? 'refused';
  return {
    set: ({ host, port }, route) => routes.set(`${host}:${port}`, route),
    routeOf,
    dial: (endpoint) => dialRoute(endpoint, routeOf(endpoint)),
  };
}

/**
 * The route decides how the name lookup of a real socket ends: with loopback, with an error, or
 * never. So every case is an ordinary socket, which TLS and HTTP take as they take any other.
 */
function dialRoute({ host, port }: Endpoint, route: Route): Socket {
  const lookup: LookupFunction = (_name, options, callback) => {
    if (route === 'blackhole') return;
    if (route === 'refused') {
      const error = systemError('ECONNREFUSED', `connect ECONNREFUSED ${host}:${port}`);
      setImmediate(callback, error, '', 4);
    } else if (options.all === true) {
      setImmediate(callback, null, [{ address: '127.0.0.1', family: 4 }]);
    } else {
      setImmediate(callback, null, '127.0.0.1', 4);
    }
  };
  const target = typeof route === 'number' ? route : 9;
  return connect({ host: 'region.invalid', port: target, lookup, noDelay: true });
}
