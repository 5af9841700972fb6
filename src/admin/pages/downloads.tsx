import type { Translator } from '../../html/messages.ts';

interface DownloadsProps {
  readonly t: Translator;
  /** What the files hold. */
  readonly what: string;
  /** The name of each format, and where it leads. */
  readonly files: readonly (readonly [string, string])[];
}

/** The same as a file, in each format. */
export function Downloads({ t, what, files }: DownloadsProps) {
  return (
    <section class="panel" id="export">
      <h2>{t('admin-audit.export')}</h2>
      <p>{what}</p>
      <p class="acts">
        {files.map(([name, address]) => (
          <a key={name} class="button quiet" id={`export-${name}`} href={address} download>
            {name}
          </a>
        ))}
      </p>
    </section>
  );
}
