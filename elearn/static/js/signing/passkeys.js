/* Passkeys. Without this script the second step at sign-in is a code. */

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (known) => (known ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

for (const button of window.PublicKeyCredential ? document.querySelectorAll("button[data-passkey]") : []) {
  const part = button.closest("[data-passkey-part]");
  let isAsked = false;
  part.hidden = false;
  button.addEventListener("click", async (event) => {
    const { credential, current_password: password, code } = button.form.elements;
    if (password && !(password.value && code.value)) return; // the server says what is missing
    event.preventDefault();
    if (isAsked) return;
    isAsked = true;
    const failed = part.querySelector("[data-passkey-failed]");
    const known = part.querySelector("[data-passkey-known]") ?? failed;
    failed.hidden = known.hidden = true;
    try {
      credential.value = JSON.stringify(await answer(JSON.parse(button.dataset.passkey)));
      button.form.requestSubmit(button);
    } catch (fault) {
      (fault.name === "InvalidStateError" ? known : failed).hidden = false; // WebAuthn 3, 5.1.3: it holds one already
    }
    isAsked = false;
  });
}

/** What the device answers: a new passkey where there is a user to make it for, else the proof that it has one. */
async function answer(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge) };
  if (asked.user) {
    publicKey.user = { ...asked.user, id: bytes(asked.user.id) };
    publicKey.excludeCredentials = withBytes(asked.excludeCredentials);
  } else {
    publicKey.allowCredentials = withBytes(asked.allowCredentials);
  }
  const made = await (asked.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}
