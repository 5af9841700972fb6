import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';

/** Who is signed in, as the pages show it. */
export interface Person {
  readonly name: string;
  readonly userId: string;
  readonly practices: readonly { readonly name: string; readonly role: string }[];
}

/** Reads the claims that the pages need, and believes nothing about their shape. */
export function personOf(claims: Readonly<Record<string, unknown>>): Person {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const practices: unknown[] = Array.isArray(claims.practices) ? claims.practices : [];
  const userId = text(claims.preferred_username) ?? text(claims.sub) ?? '';
  return {
    userId,
    name: text(claims.name) ?? userId,
    practices: practices
      .filter((practice) => typeof practice === 'object' && practice !== null)
      .map((practice) => ({
        name: text(Reflect.get(practice, 'name')) ?? '',
        role: text(Reflect.get(practice, 'role')) ?? '',
      })),
  };
}

/** A page of the app `title`, as a whole document. What is put in is escaped by preact. */
function page(title: string, name: string, heading: string, children: ComponentChildren): string {
  return `<!doctype html>${render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{heading === title ? title : `${heading} – ${title}`}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body data-page={name}>
        <header>
          <a href="/">
            <span class="badge" aria-hidden="true">
              {title.slice(0, 1)}
            </span>
            {title}
          </a>
        </header>
        <main>
          <h1>{heading}</h1>
          {children}
        </main>
      </body>
    </html>,
  )}`;
}

/** The home page of someone who is not signed in; it is public. */
export function welcomePage(title: string, issuer: string): string {
  return page(
    title,
    'home',
    title,
    <>
      <p id="status">You are signed out.</p>
      <p class="soft">
        This app has no passwords of its own. It sends you to <b>{new URL(issuer).host}</b>, where one sign-in
        opens every app.
      </p>
      <p class="actions">
        <a class="button" id="sign-in" href="/login">
          Sign in
        </a>
      </p>
    </>,
  );
}

/** The home page of someone who is signed in. */
export function homePage(title: string, issuer: string, person: Person): string {
  return page(
    title,
    'home',
    title,
    <>
      <p id="status">
        Signed in to {title} as <strong id="name">{person.name}</strong>{' '}
        <span class="soft">
          (<span id="user-id">{person.userId}</span>)
        </span>
      </p>
      {person.practices.length > 0 && (
        <>
          <h2>Your practices</h2>
          <ul id="practices">
            {person.practices.map(({ name, role }) => (
              <li key={name}>
                <b>{name}</b>
                <span class="soft">{role.replaceAll('-', ' ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>
        <label for="draft">Notes for a claim</label>
      </h2>
      <textarea id="draft" rows={5} />
      <SessionEnd who={person.userId} />
      <form class="actions" method="post" action="/logout">
        <a class="button" id="all-apps" href={`${issuer}/`}>
          All your apps
        </a>
        <button class="quiet" type="submit" id="sign-out">
          Sign out
        </button>
      </form>
    </>,
  );
}

/** What session.js opens two minutes before the session ends, and when it has ended. [WCAG 2.2 §2.2.1] */
function SessionEnd({ who }: { who: string }) {
  return (
    <>
      <dialog id="session-end" aria-labelledby="session-end-heading" data-who={who}>
        <h2 id="session-end-heading">
          <span data-when="soon last">Your session ends in less than two minutes</span>
          <span data-when="over">You are signed out</span>
        </h2>
        <p data-when="soon">Stay signed in to continue working.</p>
        <p data-when="last">This sign-in can’t be extended. Save your work, then sign in again.</p>
        <p data-when="over">There was no activity for a while, or the session was ended.</p>
        <p class="actions">
          <button type="button" id="stay" data-when="soon">
            Stay signed in
          </button>
          <button type="button" id="close" data-when="last">
            Close
          </button>
          <a class="button" id="sign-in-again" href="/login" data-when="over">
            Sign in again
          </a>
        </p>
      </dialog>
      <script src="/session.js" type="module" />
    </>
  );
}

/** After sign-out; `everywhere` when the identity provider confirmed that its session ended too. */
export function signedOutPage(title: string, everywhere: boolean): string {
  return page(
    title,
    'signed-out',
    'You are signed out',
    <>
      <p>
        {everywhere
          ? 'You are signed out here and in every app that you opened.'
          : 'You are signed out here.'}
      </p>
      <p class="actions">
        <a class="button" href="/login">
          Sign in again
        </a>
      </p>
    </>,
  );
}

export interface Trouble {
  readonly heading: string;
  readonly text: string;
  /** The protocol's error code and its description, shown as they came. */
  readonly error?: string | undefined;
  readonly description?: string | undefined;
}

/** Something went wrong: what, and one way on. */
export function troublePage(title: string, trouble: Trouble): string {
  return page(
    title,
    'trouble',
    trouble.heading,
    <>
      <div role="alert">
        <p>{trouble.text}</p>
        {trouble.error && (
          <p>
            <code id="error">{trouble.error}</code>
            {trouble.description && <span id="error-description"> {trouble.description}</span>}
          </p>
        )}
      </div>
      <p class="actions">
        <a class="button" href="/">
          Go to {title}
        </a>
      </p>
    </>,
  );
}

export const stylesheet = `
:root { color-scheme: light dark; --accent: #0b6470; --accent-soft: #e3f1f2; --on-accent: #fff; --ink: #17242b;
  --soft: #4b5b63; --page: #f4f7f8; --card: #fff; --line: #d3dce0; --border: #6b7b83; --focus: #1c4fd6;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif }
@media (prefers-color-scheme: dark) { :root { --accent: #7fd0d8; --accent-soft: #12343a; --on-accent: #06262b;
  --ink: #eaf0f2; --soft: #a9b8bf; --page: #0f181c; --card: #17232a; --line: #2c3b43; --border: #8496a0;
  --focus: #9db8ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere }
header { padding: 12px 24px; border-block-end: 1px solid var(--line); background: var(--card) }
header a { display: inline-flex; gap: 10px; align-items: center; min-height: 44px; font-weight: 650;
  color: inherit; text-decoration: none }
.badge { display: grid; place-items: center; width: 32px; height: 32px; border-radius: 8px;
  background: var(--accent-soft); color: var(--accent) }
main { max-width: 34rem; margin: 48px auto; padding: 32px; background: var(--card);
  border: 1px solid var(--line); border-radius: 16px }
h1 { margin: 0 0 8px; font-size: 1.5rem; line-height: 1.25 } p { margin: 0 0 12px }
h2 { margin: 24px 0 8px; font-size: 1rem }
[hidden] { display: none !important }
textarea { width: 100%; padding: 10px 12px; border: 1.5px solid var(--border); border-radius: 10px;
  background: var(--card); color: inherit; font: inherit }
dialog { max-width: 26rem; padding: 24px; border: 1px solid var(--line); border-radius: 16px;
  background: var(--card); color: inherit }
dialog::backdrop { background: rgb(0 0 0 / .6) } dialog h2 { margin: 0 0 8px; font-size: 1.25rem }
ul { margin: 0; padding: 0; list-style: none; border-block-end: 1px solid var(--line) }
li { display: flex; flex-wrap: wrap; gap: 0 16px; justify-content: space-between; padding: 10px 0;
  border-block-start: 1px solid var(--line) } li b { font-weight: 600 }
.soft { color: var(--soft) } code { overflow-wrap: anywhere }
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin: 24px 0 0 }
.button, button { display: inline-flex; align-items: center; justify-content: center; min-height: 48px;
  padding: 10px 18px; border: 1.5px solid transparent; border-radius: 10px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 650; text-decoration: none; cursor: pointer }
.quiet { border-color: var(--border); background: transparent; color: var(--accent) }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
@media (max-width: 40rem) { header { padding-inline: 16px }
  main { margin: 0; padding: 24px 16px; border-width: 0 0 1px; border-radius: 0 } .actions > * { flex: 1 1 8rem } }
`;
