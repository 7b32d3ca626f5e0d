/*
 * The machine-code stub for aarch64; x86_64.S explains the parts. The offsets are the same.
 */
    .set DATA, 65536

    .set NR_rt_sigprocmask, 135
    .set NR_write, 64
    .set NR_writev, 66
    .set NR_execve, 221
    .set NR_exit_group, 94
    .set SIG_SETMASK, 2
    .set SIGINFO_syscall, 24
    .set DIED_OF_SIGSYS, 128+31

    .set PROGRAM_entry, 0
    .set PROGRAM_failed, 8
    .set PROGRAM_errno, 16
    .set PROGRAM_clone, 24
    .set PROGRAM_clone_args, 32
    .set PROGRAM_old_mask, 72
    .set PROGRAM_full_mask, 80
    .set PROGRAM_done, 88

    .set RECORD_number, 0
    .set RECORD_flags, 8
    .set RECORD_args, 16
    .set RECORD_result, 64
    .set RECORD_store, 72
    .set RECORD_jump, 80
    .set RECORD_jump_on_error, 88
    .set RECORD_LENGTH, 96

    .set FLAG_IGNORE_ERROR_BIT, 0

    .text
start:
sys6:
    mov x8, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    mov x3, x4
    mov x4, x5
    mov x5, x6
    svc #0
    ret

/* The child lives in x19 (record), x20 (program), x21 (flags), x22 (where to go at the end). */
    .balign 16
run:
    stp x19, x20, [sp, #-32]!
    stp x21, x22, [sp, #16]
    mov x20, x0
    mov x0, #SIG_SETMASK
    add x1, x20, #PROGRAM_full_mask
    add x2, x20, #PROGRAM_old_mask
    mov x3, #8
    mov x8, #NR_rt_sigprocmask
    svc #0
    ldp x0, x1, [x20, #PROGRAM_clone_args]
    ldp x2, x3, [x20, #PROGRAM_clone_args+16]
    ldr x4, [x20, #PROGRAM_clone_args+32]
    ldr x8, [x20, #PROGRAM_clone]
    svc #0
    cbz x0, child
    mov x19, x0
    mov x0, #SIG_SETMASK
    add x1, x20, #PROGRAM_old_mask
    mov x2, #0
    mov x3, #8
    mov x8, #NR_rt_sigprocmask
    svc #0
    mov x0, x19
    ldp x21, x22, [sp, #16]
    ldp x19, x20, [sp], #32
    ret

    .macro argument index
    ldr x\index, [x19, #RECORD_args+8*\index]
    tbz w21, #8+\index, 1f
    ldr x\index, [x\index]
1:
    .endm

child:
    adr x22, leave
enter:
    ldr x19, [x20, #PROGRAM_entry]
record:
    ldr x21, [x19, #RECORD_flags]
    argument 0
    argument 1
    argument 2
    argument 3
    argument 4
    argument 5
    ldr x8, [x19, #RECORD_number]
    tbnz x8, #63, end
    svc #0
    str x0, [x19, #RECORD_result]
    cmn x0, #4095
    b.hs error
    ldr x9, [x19, #RECORD_store]
    cbz x9, 1f
    str w0, [x9]
1:
    ldr x9, [x19, #RECORD_jump]
    b next
error:
    tbz w21, #FLAG_IGNORE_ERROR_BIT, fail
    ldr x9, [x19, #RECORD_jump_on_error]
next:
    add x19, x19, #RECORD_LENGTH
    cmp x9, #0
    csel x19, x9, x19, ne
    b record
fail:
    neg x0, x0
    str x0, [x20, #PROGRAM_errno]
    str x19, [x20, #PROGRAM_failed]
end:
    br x22
leave:
    mov x0, #1
    mov x8, #NR_exit_group
    svc #0
    brk #0

/* The kernel returns from handlers through the vDSO: no restorer here. */
    .balign 16
on_signal:
    str x0, [sp, #-16]!
    adr x9, start+DATA
    ldr w0, [x9]
    mov x1, sp
    mov x2, #1
    mov x8, #NR_write
    svc #0
    add sp, sp, #16
    ret

    .balign 16
on_thread:
    stp x19, x20, [sp, #-32]!
    stp x21, x22, [sp, #16]
    adr x9, start+DATA
    ldr x20, [x9, #8]
    adr x22, 1f
    b enter
1:
    mov x9, #1
    str x9, [x20, #PROGRAM_done]
    ldp x21, x22, [sp, #16]
    ldp x19, x20, [sp], #32
    ret

    .balign 16
on_blocked:
    ldr w9, [x1, #SIGINFO_syscall]
    sub sp, sp, #64
    add x10, sp, #63
    mov w11, #'\n'
    strb w11, [x10]
    mov w12, #10
1:
    udiv w11, w9, w12
    msub w9, w11, w12, w9
    add w9, w9, #'0'
    strb w9, [x10, #-1]!
    mov w9, w11
    cbnz w9, 1b
    adr x9, blocked_text
    mov x11, #BLOCKED_LENGTH
    stp x9, x11, [sp]
    add x11, sp, #64
    sub x11, x11, x10
    stp x10, x11, [sp, #16]
    mov x0, #2
    mov x1, sp
    mov x2, #2
    mov x8, #NR_writev
    svc #0
    mov x0, #0
    mov x1, #0
    mov x2, #0
    mov x8, #NR_execve
    svc #0
    mov x0, #DIED_OF_SIGSYS
    mov x8, #NR_exit_group
    svc #0
    brk #0
blocked_text:
    .ascii "slirp4netns: seccomp: blocked system call "
    .set BLOCKED_LENGTH, . - blocked_text
