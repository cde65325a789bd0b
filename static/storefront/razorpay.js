// Razorpay's Checkout over the page. Without it the form leads to Razorpay's own page: what is typed goes to Razorpay only.
const form = document.querySelector("[data-razorpay]");
const button = form.querySelector("[type=submit]");
const values = Object.fromEntries(new FormData(form));

// What Razorpay answers goes to the shop as Razorpay's own page would send it.
function comeBack(answer) {
  const back = document.createElement("form");
  back.method = "post";
  back.action = values.callback_url;
  for (const [name, value] of Object.entries(answer)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    back.append(field);
  }
  document.body.append(back);
  back.submit();
}

function open(event) {
  event.preventDefault();
  button.disabled = true;
  const { key_id: key, order_id, amount, currency, name, description } = values;
  const color = getComputedStyle(button).backgroundColor;
  const modal = { ondismiss: () => { button.disabled = false; } };
  new window.Razorpay({ key, order_id, amount, currency, name, description, theme: { color }, modal, handler: comeBack }).open();
}

if (window.Razorpay) form.addEventListener("submit", open);
