/*
 * Process 1 of a container with --init, for aarch64; init-x86_64.S explains the parts.
 */
    .set NR_fcntl, 25
    .set NR_ioctl, 29
    .set NR_close, 57
    .set NR_write, 64
    .set NR_exit_group, 94
    .set NR_kill, 129
    .set NR_rt_sigprocmask, 135
    .set NR_rt_sigtimedwait, 137
    .set NR_setpgid, 154
    .set NR_prctl, 167
    .set NR_getpid, 172
    .set NR_clone, 220
    .set NR_execve, 221
    .set NR_wait4, 260

    .set SIG_SETMASK, 2
    .set SIGCHLD, 17
    .set F_SETFD, 2
    .set FD_CLOEXEC, 1
    .set TIOCSPGRP, 0x5410
    .set PR_SET_NAME, 15
    .set WNOHANG, 1
    .set CLONE_VM_VFORK_SIGCHLD, 0x4100+SIGCHLD
    .set PIPE, 3
    .set NOT_FOUND, 127

    .set ALL, 0
    .set NONE, 8
    .set WORD, 16
    .set STACK, 32

    .text
start:
    ldr x0, [sp]
    add x19, sp, #8                 /* arguments */
    add x20, sp, x0, lsl #3
    add x20, x20, #16               /* environment */
    sub sp, sp, #STACK
    mov x0, #-1
    stp x0, xzr, [sp, #ALL]
    mov x0, #PR_SET_NAME
    adr x1, name
    mov x8, #NR_prctl
    svc #0
    mov x0, #PIPE
    mov x1, #F_SETFD
    mov x2, #FD_CLOEXEC
    mov x8, #NR_fcntl
    svc #0
    add x1, sp, #ALL
    bl mask
    mov x0, #CLONE_VM_VFORK_SIGCHLD
    mov x1, #0
    mov x2, #0
    mov x3, #0
    mov x4, #0
    mov x8, #NR_clone
    svc #0
    tbnz x0, #63, failed
    cbz x0, child
    mov x21, x0                     /* the program */
    mov x0, #PIPE
    mov x8, #NR_close
    svc #0
    mov x22, #0                     /* whether it has ended, and x23 how */

forward:
    mov x0, sp
    mov x1, #0
    mov x2, #0
    mov x3, #8
    mov x8, #NR_rt_sigtimedwait
    svc #0
    tbnz x0, #63, forward
    cmp x0, #SIGCHLD
    b.eq reap
    mov x1, x0
    mov x0, x21
    mov x8, #NR_kill
    svc #0
    b forward

reap:
    mov x0, #-1
    add x1, sp, #WORD
    mov x2, #WNOHANG
    mov x3, #0
    mov x8, #NR_wait4
    svc #0
    cmp x0, x21
    b.ne 1f
    ldr w23, [sp, #WORD]
    mov x22, #1
1:
    cmp x0, #0
    b.gt reap
    cbz x22, forward
    ands w0, w23, #0x7f
    b.ne 2f
    ubfx w0, w23, #8, #8
    b leave
2:
    add w0, w0, #128
leave:
    mov x8, #NR_exit_group
    svc #0
    brk #0

child:
    mov x0, #0
    mov x1, #0
    mov x8, #NR_setpgid
    svc #0
    mov x8, #NR_getpid
    svc #0
    str w0, [sp, #WORD]
    mov x0, #0                      /* the foreground of the terminal, if it is one */
    mov x1, #TIOCSPGRP
    add x2, sp, #WORD
    mov x8, #NR_ioctl
    svc #0
    add x1, sp, #NONE
    bl mask
    ldr x0, [x19, #8]
    add x1, x19, #16
    mov x2, x20
    mov x8, #NR_execve
    svc #0
failed:
    neg w0, w0
    str w0, [sp, #WORD]
    mov x0, #PIPE
    add x1, sp, #WORD
    mov x2, #4
    mov x8, #NR_write
    svc #0
    mov x0, #NOT_FOUND
    b leave

mask:
    mov x0, #SIG_SETMASK
    mov x2, #0
    mov x3, #8
    mov x8, #NR_rt_sigprocmask
    svc #0
    ret

name:
    .asciz "tailrace-init"
