(()=>{let seen;setInterval(async()=>{try{const now=await(await fetch('/{{ version }}')).text();if(seen&&seen!==now)location.reload();seen=now}catch{}},700)})()
