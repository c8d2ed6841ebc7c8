// How many short messages a text is sent and billed as. One holds 140 octets: 160 characters of the GSM 7-bit alphabet
// (3GPP TS 23.038, 6.2.1) or 70 units of UTF-16; joined ones give six octets to a header (TS 23.040, 9.2.3.24.1): 153 or 67.

const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const extension = new Set('\f^{}\\[~]|€');

/** Encoding, units taken, short messages, units that fit into so many, and the first character that is not GSM's. */
export function segmentsOf(text) {
  const characters = [...text];
  const foreign = characters.find(character => !basic.has(character) && !extension.has(character));
  const gsm = foreign === undefined;
  const [alone, joined] = gsm ? [160, 153] : [70, 67];

  let units = 0, count = 1, used = 0;
  for (const character of characters) {
    const size = gsm ? (extension.has(character) ? 2 : 1) : character.length;
    units += size;
    // No character is split over two.
    [count, used] = used + size > joined ? [count + 1, size] : [count, used + size];
  }
  if (units <= alone) count = 1;
  return { encoding: gsm ? 'GSM-7' : 'UCS-2', units, count, room: count === 1 ? alone : count * joined, foreign };
}
