// Passkeys: the browser speaks in ArrayBuffers, the server in base64url. RFC 4648 section 5.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const described = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

/** Whether this browser can make and use passkeys at all. */
export const supported = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials);

/** Whether passkeys can be offered inside the handle field. */
export const offersInField = async () => supported() && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.());

/** Make a passkey by the server's options; returns JSON text to send back. Throws a DOMException if the person declines. */
export async function make({ publicKey }) {
  const credential = await navigator.credentials.create({ publicKey: {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: described(publicKey.excludeCredentials),
  } });
  return JSON.stringify(asJSON(credential, ["clientDataJSON", "attestationObject"]));
}

/** Use a passkey; returns JSON text to send back. `how` may hold mediation and signal. */
export async function use({ publicKey }, how = {}) {
  const credential = await navigator.credentials.get({ ...how, publicKey: {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: described(publicKey.allowCredentials),
  } });
  return JSON.stringify(asJSON(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]));
}

function asJSON(credential, parts) {
  const response = {};
  for (const part of parts) if (credential.response[part]) response[part] = text(credential.response[part]);
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() };
}
