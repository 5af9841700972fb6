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
          <a href="/">{title}</a>
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
export function welcomePage(title: string): string {
  return page(
    title,
    'home',
    title,
    <>
      <p id="status">You are signed out.</p>
      <p>
        <a class="button" id="sign-in" href="/login">
          Sign in
        </a>
      </p>
    </>,
  );
}

/** The home page of someone who is signed in. */
export function homePage(title: string, person: Person): string {
  return page(
    title,
    'home',
    title,
    <>
      <p id="status">
        Signed in to {title} as <strong id="name">{person.name}</strong> (
        <span id="user-id">{person.userId}</span>)
      </p>
      {person.practices.length > 0 && (
        <>
          <h2>Your practices</h2>
          <ul id="practices">
            {person.practices.map(({ name, role }) => (
              <li key={name}>
                {name} <span class="soft">{role}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <form method="post" action="/logout">
        <button type="submit" id="sign-out">
          Sign out
        </button>
      </form>
    </>,
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
      <p>
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
      <p>
        <a class="button" href="/">
          Go to {title}
        </a>
      </p>
    </>,
  );
}

export const stylesheet = `
:root { color-scheme: light dark; --accent: #0b6470; --on-accent: #fff; --ink: #17242b; --soft: #4b5b63;
  --page: #f4f7f8; --card: #fff; --line: #c9d3d8; --focus: #1c4fd6;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif }
@media (prefers-color-scheme: dark) { :root { --accent: #7fd0d8; --on-accent: #06262b; --ink: #eaf0f2;
  --soft: #a9b8bf; --page: #0f181c; --card: #17232a; --line: #31424a; --focus: #9db8ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink) }
header { padding: 16px 24px; border-block-end: 1px solid var(--line); background: var(--card) }
header a { display: inline-flex; align-items: center; min-height: 44px; font-weight: 650; color: inherit;
  text-decoration: none }
main { max-width: 36rem; margin: 32px auto; padding: 8px 24px 24px; background: var(--card);
  border: 1px solid var(--line); border-radius: 16px }
h1 { font-size: 1.5rem; line-height: 1.25 } h2 { font-size: 1.0625rem }
ul { padding-inline-start: 1.25rem } .soft { color: var(--soft) } code { overflow-wrap: anywhere }
.button, button { display: inline-flex; align-items: center; min-height: 48px; padding: 10px 18px;
  border: 1px solid transparent; border-radius: 10px; background: var(--accent); color: var(--on-accent);
  font: inherit; font-weight: 650; text-decoration: none; cursor: pointer }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
@media (max-width: 40rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0 } }
`;
