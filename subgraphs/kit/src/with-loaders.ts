/** The loaders of a request, for its context. */
export interface WithLoaders<Loaders> {
  /** One set per request, made when it is first asked for; a subscription gets a new one per event. */
  readonly loaders: Loaders;
  /** Forgets what was read: what comes next is another moment. Needs no `this`. */
  readonly renewLoaders: () => void;
}

/**
 * @param rest of the context
 * @returns a context; a copy of it made with `...` has no loaders
 */
export function withLoaders<Loaders, Rest extends object>(
  create: () => Loaders,
  rest: Rest,
): Rest & WithLoaders<Loaders> {
  return Object.assign(new RequestLoaders(create), rest);
}

/** A class, because a getter in an object literal gives each request's object a shape of its own: ten microseconds. */
class RequestLoaders<Loaders> implements WithLoaders<Loaders> {
  readonly renewLoaders: () => void;
  readonly #create: () => Loaders;
  #made: Loaders | null = null;

  constructor(create: () => Loaders) {
    this.#create = create;
    this.renewLoaders = this.#forget.bind(this);
  }

  get loaders(): Loaders {
    return (this.#made ??= this.#create());
  }

  #forget(): void {
    this.#made = null;
  }
}
