/** A browser without a screen: cookies, redirects and forms, just enough to walk through a sign-in. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /** One request, redirects not followed. Cookies ignore the port, as browsers do. */
  async request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const { pathname, origin } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const headers = { cookie, ...(init.method === 'POST' && { origin }), ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#store(line);
    return response;
  }

  /** Follows redirects until `stop` says so or a page comes. */
  async open(url: string, init: RequestInit = {}, stop: (url: URL) => boolean = () => false): Promise<Page> {
    let [at, response] = [new URL(url), await this.request(url, init)];
    for (let hop = 0; hop < 20; hop++) {
      const location = response.headers.get('location');
      if (!location) break;
      at = new URL(location, at);
      if (stop(at)) break;
      response = await this.request(at);
    }
    return { url: at, status: response.status, html: await response.text() };
  }

  /** Submits the first form of a page with its hidden fields and `fields`. */
  async submit(page: Page, fields: Record<string, string>, stop?: (url: URL) => boolean): Promise<Page> {
    const action = /<form[^>]*action="([^"]*)"/.exec(page.html)?.[1];
    if (action === undefined) throw new Error(`no form at ${page.url}: ${page.html}`);
    const body = new URLSearchParams();
    for (const [input] of page.html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.set(/name="([^"]*)"/.exec(input)![1]!, /value="([^"]*)"/.exec(input)![1]!);
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.open(new URL(action, page.url).href, { method: 'POST', body }, stop);
  }

  #store(line: string): void {
    const [pair, ...attributes] = line.split(/; ?/);
    const [name, value] = [pair!.slice(0, pair!.indexOf('=')), pair!.slice(pair!.indexOf('=') + 1)];
    const path = attributes.find((text) => /^path=/i.test(text))?.slice(5) ?? '/';
    const expires = attributes.find((text) => /^expires=/i.test(text))?.slice(8);
    if (expires && Date.parse(expires) <= Date.now()) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
}
