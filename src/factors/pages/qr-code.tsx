import { createRequire } from 'node:module';
import { later } from '../../later.ts';

/** Modules of white around the code, as ISO/IEC 18004 asks. */
const MARGIN = 4;

const codes = later(() => createRequire(import.meta.url)('qrcode') as typeof import('qrcode'));

/** A text as a picture to be scanned: dark on light in either scheme, since scanners expect it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = codes().create(text, { errorCorrectionLevel: 'M' }).modules;
  const whole = size + 2 * MARGIN;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${whole} ${whole}`}
      shape-rendering="crispEdges"
    >
      <path fill="#ffffff" d={`M0 0h${whole}v${whole}H0z`} />
      <path fill="#000000" d={squares(data, size)} />
    </svg>
  );
}

function squares(data: ArrayLike<number>, size: number): string {
  return Array.from(data)
    .map((dark, i) => (dark ? `M${(i % size) + MARGIN} ${Math.floor(i / size) + MARGIN}h1v1h-1z` : ''))
    .join('');
}
